using JobOrchestrator.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>Security review L1: an escape in a report's text cleared the screen of whoever read the log.</summary>
public sealed class PlainConsoleTests
{
    private const string Hostile = "\u001b[2J\u001b[31mred\u009b2J\r\nforged line\u0007";

    [Fact]
    public void Line_WithEscapesOfAStranger_ShowsNoneOfThem()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging
                .AddSimpleConsole(console => (console.SingleLine, console.ColorBehavior) = (true, LoggerColorBehavior.Disabled))
                .AddPlainConsole())
            .BuildServiceProvider();
        ConsoleFormatter formatter = services.GetServices<ConsoleFormatter>().Single(one => one.Name == PlainConsole.FormatterName);
        using var written = new StringWriter();

        formatter.Write(
            new LogEntry<string>(
                LogLevel.Warning,
                "JobOrchestrator.Push",
                65,
                Hostile,
                new InvalidOperationException(Hostile),
                (state, _) => $"Said {state}"),
            null,
            written);

        string line = written.ToString();
        Assert.Contains("Said  [2J [31mred", line, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException", line, StringComparison.Ordinal);
        Assert.Equal(Environment.NewLine, line[line.TrimEnd('\r', '\n').Length..]);
        Assert.DoesNotContain(line.TrimEnd('\r', '\n'), char.IsControl);
    }
}
