using System.Text;

namespace Load;

/// <summary>A line of a plot.</summary>
/// <param name="Name">In its legend.</param>
/// <param name="Points">In the order of x.</param>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>
/// Lines over a logarithmic x, as SVG without a script, a font or a colour that has to be told from another: lines are told apart by their
/// strokes and by their names at their ends.
/// </summary>
/// <param name="Title">What is shown.</param>
/// <param name="XUnit">What x counts.</param>
/// <param name="YUnit">What y counts.</param>
/// <param name="Lines">The lines.</param>
internal sealed record SvgPlot(string Title, string XUnit, string YUnit, IReadOnlyList<PlotLine> Lines)
{
    private const double Left = 70;
    private const double Top = 40;
    private const double Width = 470;
    private const double Height = 220;
    private const double Right = 160; // the names of the lines
    private const double Bottom = 50;
    private const double NameHeight = 15;
    private const int Steps = 4;

    private static readonly double[] Rounds = [1, 2, 4, 5, 8, 10];
    private static readonly string[] Strokes = ["", "6 3", "2 3", "10 3 2 3"];

    /// <summary>The file's text.</summary>
    public string ToSvg()
    {
        double most = RoundUp(Lines.SelectMany(line => line.Points).Max(point => point.Y));
        double[] xs = [.. Lines.SelectMany(line => line.Points).Select(point => point.X).Distinct().Order()];
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + Right} {Top + Height + Bottom}" role="img">""");
        Line(svg, $"<title>{Escaped(Title)}</title>");
        Line(svg, $"""<rect width="100%" height="100%" fill="#fff"/><g font-family="sans-serif" font-size="12" fill="#222">""");
        Line(svg, $"""<text x="{Left}" y="20" font-size="14">{Escaped(Title)}</text>""");
        for (int step = 0; step <= Steps; step++)
        {
            double value = most * step / Steps;
            double y = Y(value, most);
            Line(svg, $"""<path d="M{Left} {y:0.#}h{Width}" stroke="#ddd"/>""");
            Line(svg, $"""<text x="{Left - 8}" y="{y + 4:0.#}" text-anchor="end">{Short(value)}</text>""");
        }

        foreach (double x in xs)
        {
            Line(svg, $"""<text x="{X(x, xs):0.#}" y="{Top + Height + 18}" text-anchor="middle">{Short(x)}</text>""");
        }

        Line(svg, $"""<text x="{Left + (Width / 2)}" y="{Top + Height + 40}" text-anchor="middle">{Escaped(XUnit)}</text>""");
        Line(svg, $"""<text x="{Left - 60}" y="{Top - 8}">{Escaped(YUnit)}</text>""");
        double last = double.NegativeInfinity;
        foreach ((int number, PlotLine line) in Lines.Index().OrderBy(one => Y(one.Item.Points[^1].Y, most)))
        {
            string points = string.Join(' ', line.Points.Select(point => Text($"{X(point.X, xs):0.#},{Y(point.Y, most):0.#}")));
            string dashes = Strokes[number % Strokes.Length];
            Line(svg, $"""<polyline points="{points}" fill="none" stroke="#222" stroke-width="1.5" stroke-dasharray="{dashes}"/>""");
            last = Math.Max(Y(line.Points[^1].Y, most), last + NameHeight);
            Line(svg, $"""<text x="{Left + Width + 8}" y="{last + 4:0.#}">{Escaped(line.Name)}</text>""");
        }

        return svg.Append("</g></svg>\n").ToString();
    }

    private static double X(double x, double[] xs)
    {
        double from = Math.Log10(Math.Max(1, xs[0]));
        double to = Math.Log10(Math.Max(1, xs[^1]));
        return Left + (to > from ? (Math.Log10(Math.Max(1, x)) - from) / (to - from) * Width : Width / 2);
    }

    private static double Y(double y, double most) => Top + Height - (most > 0 ? y / most * Height : 0);

    /// <summary>The next of 1, 2, 4, 5, 8 and 10 times a power of ten.</summary>
    private static double RoundUp(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Rounds.Select(times => times * power).First(round => round >= value);
    }

    private static string Short(double value) => value switch
    {
        >= 1_000_000 => Text($"{value / 1_000_000:0.##}M"),
        >= 1_000 => Text($"{value / 1_000:0.##}k"),
        _ => Text($"{value:0.##}"),
    };

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);

    private static void Line(StringBuilder svg, FormattableString text) => svg.AppendLine(Text(text));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
