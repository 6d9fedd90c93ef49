"""The whole journey over HTTP and, for the admin's clicks, in a browser: `make ml-smoke`."""
