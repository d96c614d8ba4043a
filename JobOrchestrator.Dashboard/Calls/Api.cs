using System.Net;
using JobOrchestrator.Dashboard.Hosting;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>The API through the SDK: a client for each caller, all over the same connections.</summary>
internal sealed class Api(ApiAddress address, IOptions<UiOptions> options) : IDisposable
{
    /// <summary>How long a change may take; one that takes longer goes on, and its page says that its end is not known.</summary>
    public static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _http = new(NewHandler(address));

    /// <summary>How long a part of a page waits for an answer.</summary>
    public TimeSpan Limit { get; } = TimeSpan.FromSeconds(options.Value.AnswerSeconds);

    /// <summary>A client with a caller's own credentials. It tries once: the page itself asks again.</summary>
    /// <param name="token">The caller's; null: none.</param>
    public JobClient For(string? token) => new(
        new JobClientOptions
        {
            Address = address.Find()
                ?? throw new InvalidOperationException("Set Ui:ApiUrl: this process has no address that it could reach itself by."),
            ApiKey = token,
            RetryFor = TimeSpan.Zero,
        },
        _http);

    public void Dispose() => _http.Dispose();

    /// <summary>A proxy elsewhere cannot reach this machine's own addresses.</summary>
    private static SocketsHttpHandler NewHandler(ApiAddress address) => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        UseCookies = false,
        UseProxy = address.Find() is { IsLoopback: false },
    };
}
