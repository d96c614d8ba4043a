using System.Globalization;
using System.Text;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>
/// A plot's geometry, without colours or words: a step is 1 wide, and the height is 100. What nothing is known of is a gap; zero is a
/// line at zero.
/// </summary>
internal sealed class PlotShape
{
    /// <summary>How high it is.</summary>
    public const int Height = 100;

    private readonly PlotKind _kind;
    private readonly IReadOnlyList<PlotLine> _lines;
    private readonly IReadOnlyList<PlotLine> _before;
    private readonly int? _open;

    /// <param name="kind">How it is drawn.</param>
    /// <param name="lines">The lines, all of one length.</param>
    /// <param name="open">The step that is not over yet; null: all are.</param>
    public PlotShape(PlotKind kind, IReadOnlyList<PlotLine> lines, int? open = null)
    {
        (_kind, _lines, _open) = (kind, lines, open);
        _before = PlotLine.OfBefore(kind, lines);
        Width = lines.Count == 0 ? 0 : lines[0].Values.Count;
        Top = NiceTop(Highest());
    }

    /// <summary>How many steps.</summary>
    public int Width { get; }

    /// <summary>The value at the top: a round number, at least the highest, and more than 0.</summary>
    public double Top { get; }

    /// <summary>What is known of nothing: where it begins and how wide it is.</summary>
    public IEnumerable<(int From, int Length)> Gaps()
    {
        int from = 0;
        while (from < Width)
        {
            int end = from;
            while (end < Width && _lines.All(line => line.Values[end] is null))
            {
                end++;
            }

            if (end > from)
            {
                yield return (from, end - from);
            }

            from = Math.Max(end, from + 1);
        }
    }

    /// <summary>The path of a line.</summary>
    /// <param name="line">Which, from 0.</param>
    /// <param name="open">That of the step that is not over, instead of all others.</param>
    public string Path(int line, bool open = false) =>
        _kind == PlotKind.Stacked ? Bars(line, open) : open ? "" : Line(_lines[line].Values);

    /// <summary>What was before, as lines whatever the kind.</summary>
    public IEnumerable<(PlotLine Line, string Path)> Before() => _before.Select(line => (line, Line(line.Values)));

    private string Line(IReadOnlyList<double?> values)
    {
        var path = new StringBuilder();
        bool isDown = false;
        for (int step = 0; step < Width; step++)
        {
            if (values[step] is not { } value)
            {
                isDown = false;
                continue;
            }

            // Alone between two gaps it would not be seen.
            bool isAlone = !isDown && (step + 1 == Width || values[step + 1] is null);
            path.Append(isDown ? 'L' : 'M').Append(Text(step + 0.5)).Append(' ').Append(Text(Y(value)));
            if (isAlone)
            {
                path.Append("h.01");
            }

            isDown = true;
        }

        return path.ToString();
    }

    /// <summary>The bars one by one, as each leads somewhere: of which line and step, whether that is not over, and its path.</summary>
    public IEnumerable<(int Line, int Step, bool IsOpen, string Path)> EachBar() =>
        from line in Enumerable.Range(0, _lines.Count)
        from step in Enumerable.Range(0, Width)
        let path = Bar(line, step)
        where path.Length > 0
        select (line, step, step == _open, path);

    private string Bars(int line, bool open) =>
        string.Concat(Enumerable.Range(0, Width).Where(step => (step == _open) == open).Select(step => Bar(line, step)));

    private string Bar(int line, int step)
    {
        if (_lines[line].Values[step] is not ({ } value and > 0))
        {
            return "";
        }

        double below = _lines.Take(line).Sum(under => under.Values[step] ?? 0);
        return $"M{Text(step + 0.1)} {Text(Y(below))}V{Text(Y(below + value))}h.8V{Text(Y(below))}z";
    }

    private double Y(double value) => Height - (value / Top * Height);

    private double Highest() => Enumerable.Range(0, Width)
        .Select(step => _kind == PlotKind.Stacked
            ? _lines.Sum(line => line.Values[step] ?? 0)
            : _lines.Max(line => line.Values[step] ?? 0))
        .Concat(_before.SelectMany(line => line.Values).Select(value => value ?? 0))
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>1, 2 or 5 with zeroes.</summary>
    internal static double NiceTop(double highest)
    {
        if (!(highest > 0) || double.IsInfinity(highest))
        {
            return 1;
        }

        double ten = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return Array.Find(new[] { ten, 2 * ten, 5 * ten, 10 * ten }, top => top >= highest * 0.999_999);
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
