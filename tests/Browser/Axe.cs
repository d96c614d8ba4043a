using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Browser;

/// <summary>What axe finds wrong with a page for those who see, hear or move differently.</summary>
internal static class Axe
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    /// <summary>Fails with each finding and where it is. It is a script itself, so of a tab without any it says nothing.</summary>
    public static async Task NothingFoundAsync(Tab tab, bool scripts = true)
    {
        if (!scripts)
        {
            return;
        }

        AxeResult result = await tab.Page.RunAxe(Rules);
        string found = string.Join("\n", result.Violations.Select(one =>
            $"{one.Id}: {one.Help} at {string.Join(" | ", one.Nodes.Take(5).Select(node => $"{node.Target} {node.Html}"))}"));
        Assert.True(found.Length == 0, $"{tab.Page.Url}\n{found}");
    }
}
