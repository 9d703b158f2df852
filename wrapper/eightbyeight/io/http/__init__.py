"""How requests get to the API and what is known when they do not: one seam, and a transport for each HTTP library."""
