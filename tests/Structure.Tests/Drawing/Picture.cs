namespace Structure.Tests.Drawing;

/// <summary>The folders of one project and who uses whom.</summary>
internal sealed class Picture(IReadOnlyList<Arrow> arrows)
{
    public IReadOnlyList<Arrow> Arrows { get; } = arrows;

    /// <summary>
    /// Every knot of folders that use each other, told for a person: the shortest circle in it, then each arrow inside with an example.
    /// </summary>
    public IReadOnlyList<string> Circles()
    {
        ILookup<string, Arrow> from = Arrows.ToLookup(arrow => arrow.From);
        HashSet<string> told = [];
        List<string> circles = [];
        foreach (string folder in Arrows.Select(arrow => arrow.From).Distinct().Order(StringComparer.Ordinal))
        {
            if (told.Contains(folder) || !Reach(folder, from).Contains(folder))
            {
                continue;
            }

            string[] knot = [.. Reach(folder, from).Where(other => Reach(other, from).Contains(folder)).Order(StringComparer.Ordinal)];
            told.UnionWith(knot);
            circles.Add(Tell(knot, from));
        }

        return circles;
    }

    private string Tell(string[] knot, ILookup<string, Arrow> from)
    {
        IReadOnlyList<Arrow> shortest = knot.Select(folder => ShortestCircle(folder, from)).MinBy(circle => circle.Count)!;
        IEnumerable<string> names = shortest.Select(arrow => arrow.From).Append(shortest[0].From);
        IEnumerable<Arrow> others = Arrows.Where(arrow => knot.Contains(arrow.From) && knot.Contains(arrow.To)).Except(shortest);
        return string.Join(
            Environment.NewLine,
            [
                $"circle: {string.Join(" → ", names)}",
                .. shortest.Select(arrow => $"    {arrow}"),
                .. others.Select(arrow => $"    in the same knot: {arrow}"),
            ]);
    }

    /// <summary>The folders that can be reached from one; itself only where the way leads back.</summary>
    private static HashSet<string> Reach(string folder, ILookup<string, Arrow> from)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([folder]);
        while (open.TryPop(out string? next))
        {
            foreach (Arrow arrow in from[next])
            {
                if (reached.Add(arrow.To))
                {
                    open.Push(arrow.To);
                }
            }
        }

        return reached;
    }

    /// <summary>Breadth first from a folder that is known to lie on a circle.</summary>
    private static List<Arrow> ShortestCircle(string folder, ILookup<string, Arrow> from)
    {
        Dictionary<string, Arrow> cameBy = [];
        Queue<string> open = new([folder]);
        while (!cameBy.ContainsKey(folder))
        {
            foreach (Arrow arrow in from[open.Dequeue()])
            {
                if (cameBy.TryAdd(arrow.To, arrow))
                {
                    open.Enqueue(arrow.To);
                }
            }
        }

        List<Arrow> circle = [cameBy[folder]];
        while (circle[0].From != folder)
        {
            circle.Insert(0, cameBy[circle[0].From]);
        }

        return circle;
    }
}
