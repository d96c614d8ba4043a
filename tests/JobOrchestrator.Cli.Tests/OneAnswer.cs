using System.Net;
using System.Text;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>Runs a command against an orchestrator that gives one answer, whatever it is asked.</summary>
internal static class OneAnswer
{
    /// <summary>The time at which it runs: the answers that tests have written down are of that morning.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 4, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it.</summary>
    /// <param name="answer">The answer's body.</param>
    /// <param name="isPerson">A person sits there.</param>
    /// <param name="line">What is typed.</param>
    /// <returns>The run, and what it asked for first.</returns>
    public static Task<(Terminal Terminal, string? Asked)> AskAsync(string answer, bool isPerson, params string[] line) =>
        AskAsync(answer, url => new Terminal { Url = url, IsPerson = isPerson, Clock = new ManualTimeProvider(Now) }, line);

    /// <summary>Runs it for a person with a terminal so wide.</summary>
    /// <inheritdoc cref="AskAsync(string, bool, string[])"/>
    public static async Task<Terminal> ShowAsync(string answer, int width, params string[] line) =>
        (await AskAsync(answer, url => new Terminal
        {
            Url = url,
            IsPerson = true,
            Width = width,
            Clock = new ManualTimeProvider(Now),
        }, line)).Terminal;

    private static async Task<(Terminal Terminal, string? Asked)> AskAsync(string answer, Func<Uri, Terminal> open, string[] line)
    {
        using var orchestrator = new HttpListener();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        orchestrator.Prefixes.Add(url.ToString());
        orchestrator.Start();
        Task<string?> asked = AnswerAsync(orchestrator, answer);
        Terminal terminal = open(url);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync(line));
        return (terminal, await asked);
    }

    private static async Task<string?> AnswerAsync(HttpListener orchestrator, string answer)
    {
        HttpListenerContext exchange = await orchestrator.GetContextAsync();
        exchange.Response.ContentType = "application/json";
        await exchange.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        exchange.Response.Close();
        return exchange.Request.RawUrl;
    }
}
