"""What axe-core finds on a page: the rules of WCAG 2.2 AA, and what its authors think good besides."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
# Timers stand still where JavaScript is off. What axe puts off for a moment is done next; its deadlines never pass.
TICK = """() => {
    if (!matchMedia('(scripting: none)').matches) return;
    window.setTimeout = (work, delay = 0) => { if (delay < 100) Promise.resolve().then(work); };
}"""


async def violations(page: Page) -> list[str]:
    """Return a line for each element that breaks a rule: the rule, how grave it is, where, and what would help.

    The page's Content-Security-Policy holds meanwhile: the script is evaluated, not put into the page.
    """
    for frame in page.frames:
        await frame.evaluate(TICK)
        await frame.evaluate(AXE_SCRIPT)
    result = await page.evaluate(RUN, list(TAGS))
    return [_line(rule, node) for rule in result["violations"] for node in rule["nodes"]]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    target = " > ".join(str(part) for part in node["target"])
    why = " ".join(node.get("failureSummary", "").split())
    return f"{rule['id']} ({node['impact']}) {target}: {rule['help']}. {why}"
