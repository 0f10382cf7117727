"""Values that other libraries gave, recorded so that tests need none of them, each with the script that recorded it."""
