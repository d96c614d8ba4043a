namespace JobOrchestrator.Cli;

/// <summary>The last lines that somebody said, as many as fit.</summary>
/// <param name="lengthMax">Most characters.</param>
internal sealed class LastWords(int lengthMax)
{
    private readonly Queue<string> _lines = new();
    private int _length;

    /// <summary>They, on one line.</summary>
    public string Text => string.Join(" | ", _lines);

    /// <summary>One more line; the oldest go when there are too many.</summary>
    public void Add(string line)
    {
        string said = line.Trim();
        if (said.Length == 0)
        {
            return;
        }

        said = said.Length <= lengthMax ? said : said[^lengthMax..];
        _lines.Enqueue(said);
        _length += said.Length;
        while (_length > lengthMax)
        {
            _length -= _lines.Dequeue().Length;
        }
    }
}
