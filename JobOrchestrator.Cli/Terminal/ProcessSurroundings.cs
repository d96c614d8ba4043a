using System.Text;
using Microsoft.Win32.SafeHandles;

namespace JobOrchestrator.Cli;

/// <summary>The surroundings of this process.</summary>
internal static class ProcessSurroundings
{
    private const int StandardOutput = 1;

    // What a terminal is taken for that does not say how wide it is.
    private const int WidthUnknown = 80;

    public static Surroundings Find()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new Surroundings
        {
            In = Console.OpenStandardInput(),
            Out = Writer(OpenOutput()),
            Error = Writer(Console.OpenStandardError()),
            IsInTerminal = !Console.IsInputRedirected,
            IsOutTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Width = FindWidth,
            Variable = Environment.GetEnvironmentVariable,
            Interruption = new Interruption().Listen(),
        };
    }

    /// <summary>UTF-8, whatever the locale says: it is what JSON is. Every line at once, for whoever reads along.</summary>
    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    /// <summary>
    /// The console's own stream says nothing when whoever read has left, and <c>jobs events tail | head</c> would never end. A file stays
    /// with it: standard error may go to the same one, and a stream of ours would write over that.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!stream.CanSeek)
            {
                return stream;
            }

            stream.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // It is closed, or nothing that a stream can be made of.
        }

        return Console.OpenStandardOutput();
    }

    private static int FindWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : WidthUnknown;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            return WidthUnknown;
        }
    }
}
