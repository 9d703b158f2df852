"""For other libraries: webhooks in web frameworks, spans and metrics. Each module names the extra that it needs."""
