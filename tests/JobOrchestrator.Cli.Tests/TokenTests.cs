using System.Net;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>A token of an authority in <c>JOBS_KEY</c>, as long as they are.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task Token_InTheVariable_IsSentAsBearerAndShownNowhere()
    {
        string token = $"eyJhbGciOiJSUzI1NiJ9.{new string('a', 4_000)}.{new string('b', 683)}";
        using var orchestrator = new HttpListener();
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        orchestrator.Prefixes.Add(address.ToString());
        orchestrator.Start();
        Task<string?> sent = AnswerAsync(orchestrator);
        var terminal = new Terminal { Url = address, Variables = { [Surroundings.KeyVariable] = token } };

        int code = await terminal.RunAsync("queues", "ls");

        Assert.NotEqual(0, code);
        Assert.Equal($"Bearer {token}", await sent);
        Assert.NotEmpty(terminal.Error);
        Assert.DoesNotContain("eyJ", terminal.Out + terminal.Error, StringComparison.Ordinal);
    }

    /// <summary>Refuses the first request.</summary>
    /// <returns>By what it was sent.</returns>
    private static async Task<string?> AnswerAsync(HttpListener orchestrator)
    {
        HttpListenerContext exchange = await orchestrator.GetContextAsync();
        string? authorization = exchange.Request.Headers["Authorization"];
        exchange.Response.StatusCode = 401;
        exchange.Response.Close();
        return authorization;
    }
}
