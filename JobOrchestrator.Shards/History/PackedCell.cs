namespace JobOrchestrator.Shards;

/// <summary>
/// Cells in few bytes: numbers of seven bits a byte, of counts only those that are not 0, each with how far it stands behind the one
/// before.
/// </summary>
internal static class PackedCell
{
    /// <summary>Adds a cell to what is written.</summary>
    public static void Write(ref ByteLine to, Cell cell)
    {
        int[] counts = cell.Counts;
        int last = -1;
        for (int column = 0; column < counts.Length; column++)
        {
            if (counts[column] != 0)
            {
                to.Write(column - last);
                to.Write(counts[column]);
                last = column;
            }
        }

        to.Write(0);
        ref BacklogFigures backlog = ref cell.Backlog;
        to.Write(backlog.IsKnown ? 1 : 0);
        if (backlog.IsKnown)
        {
            to.Write(backlog.Ready);
            to.Write(backlog.ReadyMax);
            to.Write(backlog.Scheduled);
            to.Write(backlog.Running);
            to.Write(backlog.Since);
            to.Write(backlog.Oldest);
        }
    }

    /// <summary>Passes over one.</summary>
    /// <returns>How many jobs were submitted and started in it.</returns>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static long ReadJobs(ref ByteLineReader from)
    {
        long jobs = 0, column = -1;
        while (from.Read() is var gap && gap > 0)
        {
            column += gap;
            long count = from.Read();
            jobs += column is Columns.Submitted or Columns.Started ? count : 0;
        }

        if (from.Read() != 0)
        {
            for (int figure = 0; figure < BacklogFigures.Count; figure++)
            {
                from.Read();
            }
        }

        return jobs;
    }

    /// <summary>Reads one back into a cell that is empty.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static void Read(ref ByteLineReader from, Cell cell)
    {
        int column = -1;
        while (from.Read() is var gap && gap > 0)
        {
            column = (int)Math.Min(int.MaxValue, column + gap);
            int count = (int)from.Read();
            if (column < Columns.Count)
            {
                // What a later version counts is passed over.
                cell.Counts[column] = count;
            }
        }

        cell.Touch();
        if (from.Read() != 0)
        {
            cell.Backlog = new BacklogFigures
            {
                IsKnown = true,
                Ready = (int)from.Read(),
                ReadyMax = (int)from.Read(),
                Scheduled = (int)from.Read(),
                Running = (int)from.Read(),
                Since = from.Read(),
                Oldest = from.Read(),
            };
        }
    }
}
