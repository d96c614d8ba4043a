using System.Diagnostics;

namespace Load;

/// <summary>How fast the disk makes something durable.</summary>
internal static class Disk
{
    private const int Bytes = 4_096;
    private const int SegmentBytes = 16 * 1024 * 1024;

    /// <summary>Milliseconds of one write of 4 KB and its sync, alone, in a file that has its length already: the median.</summary>
    public static double SyncMilliseconds(TimeSpan time)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("load-").FullName, "sync");
        byte[] block = new byte[Bytes];
        var times = new List<double>();
        using (FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(new byte[SegmentBytes]);
            file.Flush(flushToDisk: true);
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                file.Position = (long)times.Count * Bytes % SegmentBytes;
                long began = Stopwatch.GetTimestamp();
                file.Write(block);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return Summary.Median(times);
    }
}
