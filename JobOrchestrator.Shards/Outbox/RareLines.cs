namespace JobOrchestrator.Shards;

/// <summary>Which of many lines about one thing are news: the first, and after each minute the next, with how many were not.</summary>
internal sealed class RareLines(TimeProvider time)
{
    private const int SubjectsMax = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // Guards the lines: topics are published to side by side.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Since, int Unsaid)> _lines = [];

    /// <summary>Counts one more.</summary>
    /// <returns>Whether it is news; and how many before it were not, to be said with it.</returns>
    public (bool IsNews, int Unsaid) Next(string subject)
    {
        lock (_lock)
        {
            bool isKnown = _lines.TryGetValue(subject, out (long Since, int Unsaid) line);
            if (isKnown && time.GetElapsedTime(line.Since) < Every)
            {
                _lines[subject] = line with { Unsaid = line.Unsaid + 1 };
                return (false, 0);
            }

            // So many at once is a stranger's doing; what is forgotten is said once more.
            if (!isKnown && _lines.Count == SubjectsMax)
            {
                _lines.Clear();
            }

            _lines[subject] = (time.GetTimestamp(), 0);
            return (true, line.Unsaid);
        }
    }
}
