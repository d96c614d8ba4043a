using System.Globalization;
using JobOrchestrator.Logs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using TestSupport;

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
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: JobOrchestrator\.Push\[65\] Said ", line);
        Assert.Contains("Said  [2J [31mred", line, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException", line, StringComparison.Ordinal);
        Assert.Equal(Environment.NewLine, line[line.TrimEnd('\r', '\n').Length..]);
        Assert.DoesNotContain(line.TrimEnd('\r', '\n'), char.IsControl);
    }

    /// <summary>Names of queues may have them: who reads a log by Unicode's rules saw two lines, or one turned round.</summary>
    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u202E')]
    [InlineData('\u2066')]
    [InlineData('\u200F')]
    public void Text_WithAnotherEndOfLineOrDirection_IsOneLineInOneDirection(char odd)
    {
        Assert.Equal("Queue a b", PlainConsole.Clean($"Queue a{odd}b", keepLines: false));
        Assert.Equal("Queue a b", PlainConsole.Clean($"Queue a{odd}b", keepLines: true));
        Assert.Equal("Queue \u00E9\u200D\U0001F600", PlainConsole.Clean("Queue \u00E9\u200D\U0001F600", keepLines: false));
    }

    /// <summary>
    /// The slim builder asks for the simple console in code, and the orchestrator's lines had no instants, and strangers' escapes were
    /// left in.
    /// </summary>
    [Theory]
    [InlineData(true, null, PlainConsole.FormatterName)]
    [InlineData(false, null, PlainConsole.FormatterName)]
    [InlineData(true, "json", "json")]
    [InlineData(false, "simple", "simple")]
    public void Console_OfEachBuilder_IsPlainUnlessTheSettingsSayOtherwise(bool slim, string? said, string expected)
    {
        WebApplicationBuilder builder = slim ? WebApplication.CreateSlimBuilder() : WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([new("Logging:Console:FormatterName", said)]);
        builder.Logging.AddPlainConsole();

        using ServiceProvider services = builder.Services.BuildServiceProvider();

        Assert.Equal(expected, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
        Assert.True(services.GetRequiredService<IOptions<SimpleConsoleFormatterOptions>>().Value.SingleLine);
    }

    /// <summary>JSON had neither instants nor scopes unless one knew which settings to ask for both.</summary>
    [Theory]
    [InlineData(null, null, true, PlainConsole.InstantFormat)]
    [InlineData("IncludeScopes", "false", false, PlainConsole.InstantFormat)]
    [InlineData("TimestampFormat", "O", true, "O")]
    public void Json_OfTheService_HasInstantsAndScopesUnlessTheSettingsSayOtherwise(
        string? setting, string? value, bool scopes, string instants)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(
            [new("Logging:Console:FormatterName", "json"), new($"Logging:Console:FormatterOptions:{setting}", value)]);
        builder.Logging.AddPlainConsole();

        using ServiceProvider services = builder.Services.BuildServiceProvider();

        JsonConsoleFormatterOptions options = services.GetRequiredService<IOptions<JsonConsoleFormatterOptions>>().Value;
        Assert.Equal((scopes, instants, true), (options.IncludeScopes, options.TimestampFormat, options.UseUtcTimestamp));

        // What the framework writes as it is, scopes among it, is not asked for.
        Assert.False(services.GetRequiredService<IOptions<SimpleConsoleFormatterOptions>>().Value.IncludeScopes);
    }

    /// <summary>Some cultures have another sign between hours and minutes.</summary>
    [Fact]
    public void Line_InAnotherCulture_BeginsWithTheInstantInUtcAllTheSame()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new ManualTimeProvider(new DateTimeOffset(2030, 1, 31, 12, 5, 9, 70, TimeSpan.FromHours(2))))
            .AddLogging(logging => logging.AddPlainConsole())
            .BuildServiceProvider();
        ConsoleFormatter formatter = services.GetServices<ConsoleFormatter>().Single(one => one.Name == PlainConsole.FormatterName);
        using var written = new StringWriter();
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.DateTimeFormat.TimeSeparator = other.DateTimeFormat.DateSeparator = "~";
        CultureInfo.CurrentCulture = other;

        formatter.Write(new LogEntry<string>(LogLevel.Information, "C", 1, "text", null, (state, _) => state), null, written);

        CultureInfo.CurrentCulture = before;
        Assert.StartsWith("2030-01-31T10:05:09.070Z info: ", written.ToString(), StringComparison.Ordinal);
    }
}
