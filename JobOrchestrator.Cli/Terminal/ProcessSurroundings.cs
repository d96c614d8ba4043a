using System.Text;

namespace JobOrchestrator.Cli;

/// <summary>The surroundings of this process.</summary>
internal static class ProcessSurroundings
{
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
            Out = Writer(Console.OpenStandardOutput()),
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
