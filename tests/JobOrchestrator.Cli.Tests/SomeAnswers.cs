using System.Net;
using System.Text;
using TestSupport;

namespace JobOrchestrator.Cli.Tests;

/// <summary>An orchestrator that has an answer for some paths; whatever else it is asked, the key may not.</summary>
internal sealed class SomeAnswers : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, string> _answers;

    public SomeAnswers(params (string Path, string Answer)[] answers)
    {
        _answers = answers.ToDictionary(one => one.Path, one => one.Answer);
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where it is.</summary>
    public Uri Url { get; }

    /// <summary>What it was asked, in order.</summary>
    public List<string> Asked { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext exchange = await _listener.GetContextAsync();
                lock (Asked)
                {
                    Asked.Add(exchange.Request.RawUrl!);
                }

                exchange.Response.ContentType = "application/json";
                if (_answers.TryGetValue(exchange.Request.Url!.AbsolutePath, out string? answer))
                {
                    await exchange.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                }
                else
                {
                    exchange.Response.StatusCode = 403;
                }

                exchange.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
