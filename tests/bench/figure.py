"""What a bench prints: a figure, and whether it holds its bar."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and the issue's bar: it may not be more."""

    name: str
    value: float
    most: float | None
    unit: str
    cpu: float | None = None

    def __str__(self) -> str:
        cpu = "" if self.cpu is None else f" (CPU {self.cpu:.2f} {self.unit})"
        if self.most is None:
            return f"       {self.name} {self.value:.2f} {self.unit}{cpu}"
        verdict = "holds" if self.holds else "FAILS"
        return f"{verdict}: {self.name} {self.value:.2f} <= {self.most} {self.unit}{cpu}"

    @property
    def holds(self) -> bool:
        """Tell whether the bar is reached; what has none is only shown."""
        return self.most is None or self.value <= self.most
