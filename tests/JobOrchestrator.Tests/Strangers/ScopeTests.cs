using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Logs;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using TestSupport;

namespace JobOrchestrator.Tests.Strangers;

/// <summary>A line says what it belongs to, and no text of a stranger's in that makes it two, or says something else.</summary>
public sealed class ScopeTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 31, 10, 5, 9, 70, TimeSpan.Zero);

    [Fact]
    public void Line_WithinScopes_SaysThemOnceInFrontOfTheText()
    {
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable shard = scopes.Push(new LogScope("Shard", 3));
        using IDisposable job = scopes.Push(new Dictionary<string, object?> { ["JobId"] = "a-1", ["Attempt"] = 1, ["None"] = null });
        using IDisposable attempt = scopes.Push(new Dictionary<string, object?> { ["Attempt"] = 2 });

        Assert.Equal("2030-01-31T10:05:09.070Z info: C[1] {Shard=3, JobId=a-1, Attempt=2} text", LineOf(scopes, "text"));
    }

    [Fact]
    public void Line_ThatSaysItself_DoesNotSayItTwice()
    {
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable shard = scopes.Push(new LogScope("Shard", 3));

        string same = LineOfState(scopes, new Dictionary<string, object?> { ["Shard"] = 3 }, _ => "shard 3");
        string other = LineOfState(scopes, new Dictionary<string, object?> { ["Shard"] = 4 }, _ => "shard 4");

        Assert.EndsWith("C[1] shard 3", same, StringComparison.Ordinal);
        Assert.EndsWith("C[1] {Shard=3} shard 4", other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/jobs/a\r\nforged", "\"/jobs/a  forged\"")]
    [InlineData("\u001b[2J", "\" [2J\"")]
    [InlineData("a\u2028b\u202Ec", "\"a b c\"")]
    [InlineData("x} 2030-01-31T10:05:09.070Z fail: forged", "\"x} 2030-01-31T10:05:09.070Z fail: forged\"")]
    [InlineData("x, Caller=root", "\"x, Caller=root\"")]
    [InlineData("x\", Caller=\"root", "\"x\\\", Caller=\\\"root\"")]
    [InlineData("back\\", "\"back\\\\\"")]
    public void Value_OfAStranger_StaysOneValueInOneLine(string hostile, string shown)
    {
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable request = scopes.Push(new Dictionary<string, object?> { ["RequestPath"] = hostile, ["Caller"] = "anna" });

        Assert.Equal($"2030-01-31T10:05:09.070Z info: C[1] {{RequestPath={shown}, Caller=anna}} text", LineOf(scopes, "text"));
    }

    [Theory]
    [InlineData("{Caller=root} all is well", "\\{Caller=root} all is well")]
    [InlineData("\r\n\u200B\u00A0{Caller=root}", "  \u200B\u00A0\\{Caller=root}")]
    [InlineData("a {Caller=root}", "a {Caller=root}")]
    [InlineData(" ", " ")]
    public void Text_ThatLooksLikeScopes_IsToldFromThem(string hostile, string shown)
    {
        var scopes = new LoggerExternalScopeProvider();

        Assert.Equal($"2030-01-31T10:05:09.070Z info: C[1] {shown}", LineOf(scopes, hostile));
        using IDisposable request = scopes.Push(new Dictionary<string, object?> { ["Caller"] = "anna" });
        Assert.Equal($"2030-01-31T10:05:09.070Z info: C[1] {{Caller=anna}} {shown}", LineOf(scopes, hostile));
    }

    [Fact]
    public void Values_OfAnySizeAndNumber_AreBounded()
    {
        var scopes = new LoggerExternalScopeProvider();
        string longOne = new string('x', ScopeText.ValueMax - 1) + "\U0001F600" + new string('y', 100_000);
        using IDisposable path = scopes.Push(new Dictionary<string, object?> { ["RequestPath"] = longOne });
        using IDisposable many = scopes.Push(
            Enumerable.Range(0, 1_000).ToDictionary(i => string.Create(CultureInfo.InvariantCulture, $"n{i}"), i => (object?)i));

        string line = LineOf(scopes, "text");

        Assert.Contains($"\"{new string('x', ScopeText.ValueMax - 1)}…\"", line, StringComparison.Ordinal);
        Assert.Equal(ScopeText.ValuesMax, line.Count(c => c == '='));
    }

    [Fact]
    public void Scope_ThatIsAText_IsQuoted()
    {
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable said = scopes.Push("two\nwords");

        Assert.EndsWith("C[1] {\"two words\"} text", LineOf(scopes, "text"), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ThatWantNoScopes_GetNone()
    {
        var scopes = new LoggerExternalScopeProvider();
        using IDisposable shard = scopes.Push(new LogScope("Shard", 3));

        string line = LineOf(scopes, "text", new KeyValuePair<string, string?>("Logging:Console:FormatterOptions:IncludeScopes", "false"));

        Assert.Equal("2030-01-31T10:05:09.070Z info: C[1] text", line);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "TraceId:4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("00-4bf9", null)]
    [InlineData(null, null)]
    public void Trace_OfAJob_IsNamedAsTheFrameworkNamesARequests(string? traceparent, string? expected)
    {
        var spec = new JobSpec { Type = "t", Queue = "q", LeaseSeconds = 30, Traceparent = traceparent };

        Assert.Equal(expected, LogScope.OfTrace(spec.TraceId)?.ToString());
    }

    private static string LineOf(IExternalScopeProvider scopes, string text, params KeyValuePair<string, string?>[] settings) =>
        LineOfState(scopes, text, state => state, settings);

    private static string LineOfState<TState>(
        IExternalScopeProvider scopes, TState state, Func<TState, string> text, params KeyValuePair<string, string?>[] settings)
    {
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<TimeProvider>(new ManualTimeProvider(Now))
            .AddLogging(logging => logging
                .AddPlainConsole()
                .AddConfiguration(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Logging")))
            .BuildServiceProvider();
        ConsoleFormatter formatter = services.GetServices<ConsoleFormatter>().Single(one => one.Name == PlainConsole.FormatterName);
        using var written = new StringWriter();
        formatter.Write(new LogEntry<TState>(LogLevel.Information, "C", 1, state, null, (said, _) => text(said)), scopes, written);
        return written.ToString().TrimEnd('\r', '\n');
    }
}
