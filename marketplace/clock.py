"""What a clock is. The edge passes one in; nothing else reads the time."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
