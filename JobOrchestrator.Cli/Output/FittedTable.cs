using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>
/// A table without lines that is no wider than the terminal. Where there is no room for all of it, texts that may be long are cut, and
/// the columns that matter least are left out; a state, an id, an age or a number is never cut.
/// </summary>
/// <param name="isPlain">ASCII alone.</param>
/// <param name="headings">
/// The headings. Those that end in <c>#</c> are of numbers; those that end in <c>~</c> are of texts that may be cut, and the last of
/// those gets what the others leave.
/// </param>
internal sealed class FittedTable(bool isPlain, params string[] headings) : Renderable
{
    private const int Gap = 2;

    // So much of a name tells it from others in most lists; so much of a sentence says what it is about.
    private const int NameMin = 10;
    private const int NameMax = 24;
    private const int SentenceMin = 24;

    private const char Number = '#';
    private const char MayBeCut = '~';

    private readonly List<IRenderable[]> _rows = [];
    private readonly List<int> _spare = [];

    private bool IsLastCut => headings[^1].EndsWith(MayBeCut);

    /// <summary>Which columns are left out where it is narrow, the first of them first.</summary>
    public FittedTable LeavesOut(params string[] spare)
    {
        _spare.AddRange(spare.Select(one => Array.FindIndex(headings, heading => Plain(heading) == one)));
        return this;
    }

    /// <summary>A row; a cell for each heading.</summary>
    public void AddRow(params IRenderable[] cells) => _rows.Add(cells);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        (int Column, int Width)[] shown = Fit(options, maxWidth);
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach ((int column, int width) in shown)
        {
            table.AddColumn(new TableColumn(new Text(Plain(headings[column]), new Style(decoration: Decoration.Dim)))
            {
                NoWrap = true,
                Width = width,
                Padding = new Padding(0, 0, column == shown[^1].Column ? 0 : Gap, 0),
                Alignment = IsNumber(column) ? Justify.Right : Justify.Left,
            });
        }

        foreach (IRenderable[] row in _rows)
        {
            table.AddRow(shown.Select(of => new CutText(row[of.Column], of.Width, IsNumber(of.Column), isPlain ? "~" : "…")));
        }

        return ((IRenderable)table).Render(options, maxWidth);
    }

    private static string Plain(string heading) => heading.TrimEnd(Number, MayBeCut);

    private bool IsNumber(int column) => headings[column].EndsWith(Number);

    /// <summary>The columns that are shown, each with its width.</summary>
    private (int Column, int Width)[] Fit(RenderOptions options, int room)
    {
        int[] whole = [.. headings.Select((_, column) => Whole(options, column))];
        int[] width = [.. whole.Select((length, column) => Math.Min(length, LeastOf(column)))];
        List<int> shown = [.. Enumerable.Range(0, headings.Length)];
        foreach (int spare in _spare.TakeWhile(_ => Left() < 0))
        {
            shown.Remove(spare);
        }

        // Names first, as far as most of them go; then sentences, and names that are very long.
        int last = IsLastCut ? headings.Length - 1 : -1;
        Grow(column => column == last ? 0 : NameMax);
        Grow(column => column == last ? int.MaxValue : 0);
        Grow(_ => int.MaxValue);
        for (int missing = -Left(); missing > 0 && shown.Count > 1; missing = -Left())
        {
            // Too narrow for a table: as much of it as there is room for.
            if (width[shown[^1]] > missing)
            {
                width[shown[^1]] -= missing;
            }
            else
            {
                shown.RemoveAt(shown.Count - 1);
            }
        }

        return [.. shown.Select(column => (column, width[column]))];

        int Left() => room - shown.Sum(column => width[column]) - (Gap * (shown.Count - 1));

        void Grow(Func<int, int> most)
        {
            foreach (int column in shown)
            {
                width[column] += Math.Clamp(Math.Min(whole[column], most(column)) - width[column], 0, Math.Max(0, Left()));
            }
        }
    }

    private int Whole(RenderOptions options, int column) => Math.Max(
        Plain(headings[column]).Length, _rows.Select(row => CutText.Whole(options, row[column])).DefaultIfEmpty().Max());

    private int LeastOf(int column) => !headings[column].EndsWith(MayBeCut) ? int.MaxValue
        : Math.Max(Plain(headings[column]).Length, column == headings.Length - 1 ? SentenceMin : NameMin);
}
