from rlocust._shim.locust.util.url import is_url as is_url
