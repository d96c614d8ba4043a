using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Web;
using JobOrchestrator.Shards;
using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation;

/// <summary>
/// What <c>GET /events</c> is to the SDK in one process: asks a replica over the network, and answers in the words of the wire.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="lane">The process.</param>
internal sealed class FeedSite(Scene scene, Lane lane) : HttpMessageHandler
{
    // A little less than the SDK's own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(29);

    private readonly Client _client = new(scene, lane);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NameValueCollection query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        var filter = new FeedFilter(Owner: query["owner"]);
        string? after = query["after"];
        int limit = int.Parse(query["limit"]!, CultureInfo.InvariantCulture);
        (Answer answer, FeedPage? page) = await _client.AskAsync(
            new Call(Verb.Feed, lane.Name),
            (shards, token) => shards.ReadFeedAsync(after, filter, limit, TimeSpan.Zero, token),
            _ => new Answer(AnswerKind.Found),
            Patience,
            cancellationToken: CancellationToken.None);
        switch (answer.Kind)
        {
            case AnswerKind.Found:
                if (after == Feed.Oldest)
                {
                    // Whoever begins there asks for nothing that lies before.
                    scene.History.Missed(filter.Owner!);
                }

                return new HttpResponseMessage(HttpStatusCode.OK) { Content = Write(page!) };
            case AnswerKind.Expired:
                return new HttpResponseMessage(HttpStatusCode.Gone);
            case AnswerKind.NothingWritten or AnswerKind.Busy when answer.Detail != ConnectionException.Refused:
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            default:
                throw new HttpRequestException(answer.Detail ?? "There is no answer.");
        }
    }

    private static ByteArrayContent Write(FeedPage page)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events"u8);
            foreach (FeedEvent item in page.Events)
            {
                writer.WriteRawValue(item.CloudEvent.Utf8);
            }

            writer.WriteEndArray();
            writer.WriteString("cursor"u8, page.Cursor);
            writer.WriteEndObject();
        }

        return new ByteArrayContent(bytes.ToArray()) { Headers = { ContentType = new("application/json") } };
    }
}
