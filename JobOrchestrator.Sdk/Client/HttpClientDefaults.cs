using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk;

#pragma warning disable RS0030 // The factory makes no other than HttpClient, and its settings are about that.

/// <summary>
/// Keeps what an app sets for every HTTP client (<c>ConfigureHttpClientDefaults</c>) away from the SDK's, unless it is asked for:
/// resilience handlers of service defaults give a try up after 10 s, which is no time for a long poll, and try again on their own what
/// the SDK tries again already. What is set for the SDK's client by its name stays.
/// </summary>
internal sealed class HttpClientDefaults(
    IEnumerable<IConfigureOptions<HttpClientFactoryOptions>> settings, IOptions<JobClientOptions> options)
    : IPostConfigureOptions<HttpClientFactoryOptions>
{
    // What is set for a client of this name is set for every client.
    private const string Nobody = "JobOrchestrator.Sdk:nobody";

    public void PostConfigure(string? name, HttpClientFactoryOptions http)
    {
        if (name != JobClient.HttpClientName || options.Value.UseHttpClientDefaults)
        {
            return;
        }

        http.HttpMessageHandlerBuilderActions.Clear();
        http.HttpClientActions.Clear();
        foreach (IConfigureOptions<HttpClientFactoryOptions> any in settings)
        {
            if (any is IConfigureNamedOptions<HttpClientFactoryOptions> setting
                && Set(setting, Nobody) is { HttpMessageHandlerBuilderActions.Count: 0, HttpClientActions.Count: 0 })
            {
                Take(http, Set(setting, name));
            }
        }
    }

    private static HttpClientFactoryOptions Set(IConfigureNamedOptions<HttpClientFactoryOptions> setting, string name)
    {
        var alone = new HttpClientFactoryOptions();
        setting.Configure(name, alone);
        return alone;
    }

    private static void Take(HttpClientFactoryOptions http, HttpClientFactoryOptions own)
    {
        foreach (Action<HttpMessageHandlerBuilder> action in own.HttpMessageHandlerBuilderActions)
        {
            http.HttpMessageHandlerBuilderActions.Add(action);
        }

        foreach (Action<HttpClient> action in own.HttpClientActions)
        {
            http.HttpClientActions.Add(action);
        }
    }
}
#pragma warning restore RS0030
