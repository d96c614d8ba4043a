namespace JobOrchestrator.Simulation;

/// <summary>What outlives an owner's process: the events that it remembers to have handled, and how far it has read the feed.</summary>
internal sealed class OwnerDisk
{
    private readonly List<(Guid Job, long Sequence)> _handled = [];
    private string? _cursorBefore;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<(Guid Job, long Sequence)> Handled => _handled;

    /// <summary>Null: it has never read.</summary>
    public string? Cursor { get; private set; }

    public void Add(Guid job, long sequence) => _handled.Add((job, sequence));

    public void Move(string cursor) => (_cursorBefore, Cursor) = (Cursor, cursor);

    /// <summary>The power goes, and with it what was written last.</summary>
    /// <param name="lines">How many lines at most.</param>
    /// <param name="cursorToo">The cursor is again what it was before.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<(Guid Job, long Sequence)> Lose(int lines, bool cursorToo)
    {
        Cursor = cursorToo ? _cursorBefore : Cursor;
        int kept = Math.Max(0, _handled.Count - lines);
        List<(Guid Job, long Sequence)> lost = _handled[kept..];
        _handled.RemoveRange(kept, lost.Count);
        return lost;
    }
}
