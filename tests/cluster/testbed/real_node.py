def remove(cluster):
    pass
