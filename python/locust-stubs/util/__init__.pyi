from . import cache as cache
from . import directory as directory
from . import exception_handler as exception_handler
from . import timespan as timespan
from . import url as url
