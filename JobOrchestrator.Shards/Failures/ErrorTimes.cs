namespace JobOrchestrator.Shards;

/// <summary>How often something happened, for as long as <see cref="ErrorWindow"/> asks for it.</summary>
internal sealed class ErrorTimes
{
    /// <summary>How many bytes it takes, about.</summary>
    public const int Bytes = 1_150;

    private readonly Row[] _rows = [.. ErrorWindow.Kept.Select(kept => new Row(kept.Step, kept.KeptFor))];

    /// <summary>It happened, now or earlier.</summary>
    public void Count(DateTimeOffset now)
    {
        foreach (Row row in _rows)
        {
            row.Count(now);
        }
    }

    /// <summary>How often in each step.</summary>
    public int[] Read(ErrorWindow window) => Array.Find(_rows, row => row.Step == window.Step)!.Read(window.First, window.Count);

    private sealed class Row(int step, TimeSpan keptFor)
    {
        // One more than go into the time: it begins and ends within a step.
        private readonly int[] _counts = new int[(int)(keptFor.TotalSeconds / step) + 1];
        private long _last;

        public int Step => step;

        public void Count(DateTimeOffset now)
        {
            long place = now.ToUnixTimeSeconds() / step;
            if (place <= _last - _counts.Length)
            {
                return;
            }

            for (long next = Math.Max(_last + 1, place - _counts.Length + 1); next <= place; next++)
            {
                _counts[next % _counts.Length] = 0;
            }

            _last = Math.Max(_last, place);
            _counts[place % _counts.Length]++;
        }

        public int[] Read(long first, int count)
        {
            int[] counts = new int[count];
            for (int i = 0; i < count; i++)
            {
                long place = first + i;
                counts[i] = place >= 0 && place <= _last && place > _last - _counts.Length ? _counts[place % _counts.Length] : 0;
            }

            return counts;
        }
    }
}
