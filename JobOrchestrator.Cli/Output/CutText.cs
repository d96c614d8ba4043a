using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>A text on one line, as much of it as there is room for; the library breaks lines at blanks.</summary>
/// <param name="text">The text.</param>
/// <param name="width">How many columns there are.</param>
/// <param name="isRight">It stands at their end.</param>
/// <param name="sign">What says that it is cut, one column wide.</param>
internal sealed class CutText(IRenderable text, int width, bool isRight, string sign) : Renderable
{
    // Wider than any text: no line of it is broken.
    private const int Wide = int.MaxValue / 2;

    /// <summary>How many columns all of a text takes.</summary>
    public static int Whole(RenderOptions options, IRenderable text) => text.Measure(options, Wide).Max;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(width, width);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        Segment[] parts = [.. text.Render(options with { Justification = null }, Wide).Where(part => !part.IsLineBreak)];
        int left = width - Segment.CellCount(parts);
        return left < 0 ? [Begin(parts, width - 1), new Segment(sign, parts[0].Style)]
            : isRight ? [Segment.Padding(left), .. parts]
            : [.. parts, Segment.Padding(left)];
    }

    /// <summary>The library's own cut drops whole words.</summary>
    private static Segment Begin(Segment[] parts, int width) => width <= 0 ? Segment.Empty : Segment.SplitOverflow(
        new Segment(string.Concat(parts.Select(part => part.Text)), parts[0].Style), Overflow.Crop, width)[0];
}
