using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>One line of texts, no longer than the terminal is wide: the last of them has what the others leave.</summary>
/// <param name="isPlain">ASCII alone.</param>
/// <param name="cells">The texts, each with its width; 0: as wide as it is.</param>
internal sealed class FittedLine(bool isPlain, params (int Width, IRenderable Text)[] cells) : Renderable
{
    private const int Gap = 2;

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        int left = maxWidth;
        for (int i = 0; i < cells.Length && left > 0; i++)
        {
            int width = Math.Min(cells[i].Width > 0 ? cells[i].Width : CutText.Whole(options, cells[i].Text), left);
            IRenderable cut = new CutText(cells[i].Text, width, isRight: false, isPlain ? "~" : "…");
            foreach (Segment part in width > 0 ? cut.Render(options, width) : [])
            {
                yield return part;
            }

            int gap = Math.Min(i == cells.Length - 1 ? 0 : Gap, left - width);
            yield return Segment.Padding(gap);
            left -= width + gap;
        }

        yield return Segment.LineBreak;
    }
}
