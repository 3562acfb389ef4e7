from rlocust._shim.locust.util.directory import get_abspaths_in as get_abspaths_in
