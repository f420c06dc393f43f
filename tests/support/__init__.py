"""What the tests share: databases, a browser without and one with JavaScript, a mail server, servers and processes."""
