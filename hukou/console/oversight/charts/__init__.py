"""Charts as SVG: numbers in, marks out. Nothing here asks a database; `templates/oversight/charts/figure.html` shows them."""

from .bars import bars
from .before_after import before_after
from .drawing import Caption, Drawing, Series
from .heat import heat
from .lines import lines
from .spread import spread

__all__ = ["Caption", "Drawing", "Series", "bars", "before_after", "heat", "lines", "spread"]
