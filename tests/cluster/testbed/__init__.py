"""A real Kubernetes cluster with Volcano on this machine's loopback, for the tests: see ../up."""
