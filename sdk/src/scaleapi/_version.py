"""Version numbers: the release this package stands in for, and its own."""

# Programs compare `scaleapi.__version__` with the official releases, so it names the one replaced here.
__version__ = "2.18.4"
__package_name__ = "scaleapi"

SDK_NAME = "labelwright-sdk"
SDK_VERSION = "0.1.0"
