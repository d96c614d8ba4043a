using System.Text.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.Apps;

/// <summary>Asks an app over HTTP.</summary>
internal sealed class HttpQuestion(App app) : ISubscriptionQuestion
{
    public string Name => "GET /dapr/subscribe";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SubscriptionDeclaration>?> AskAsync(Action<string> refuse, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Channel.BaseUri!, "/dapr/subscribe"));
            request.Headers.TryAddWithoutValidation("dapr-app-id", app.Id);
            request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
            using HttpResponseMessage response = await app.Channel.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode != 200)
            {
                if ((int)response.StatusCode != 404)
                {
                    refuse($"it answered {(int)response.StatusCode}");
                }

                return null;
            }

            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return SubscribeAnswer.Read(body, refuse);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // The second: half a surrogate in a text.
            refuse(problem.Message);
            return null;
        }
        catch (HttpRequestException problem)
        {
            throw new IOException(problem.Message, problem);
        }
    }
}
