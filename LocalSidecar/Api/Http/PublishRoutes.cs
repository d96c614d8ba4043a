using System.Text.Json;
using LocalSidecar.Errors;
using LocalSidecar.Json;
using LocalSidecar.PubSub;

namespace LocalSidecar.Api.Http;

/// <summary>The publish API of one sidecar over HTTP.</summary>
internal sealed class PublishRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path or verb is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="method">Its verb.</param>
    /// <param name="rest">What stands in the path behind <c>publish/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, string method, ReadOnlySpan<char> rest)
    {
        bool isBulk = rest.StartsWith("bulk/");
        rest = isBulk ? rest[5..] : rest;
        int slash = rest.IndexOf('/');
        if (slash <= 0 || !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method)))
        {
            return null;
        }

        Publication publication = sidecar.Topics.Publication(
            RequestTarget.Decode(rest[..slash]),
            RequestTarget.Decode(rest[(slash + 1)..]),
            target.Metadata(),
            new PublisherTrace(Answer.TraceOf(context), context.Request.Headers.TraceState.ToString()));
        return isBulk ? PublishManyAsync(context, publication) : PublishOneAsync(context, publication);
    }

    private async Task PublishOneAsync(HttpContext context, Publication publication)
    {
        using RequestBody body = await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw new FailureException(PubSubFailures.Publish(publication.PubSub, publication.Topic, "stream too large"));
        await publication.PublishAsync(body.Memory, context.Request.ContentType ?? "");
        Answer.Empty(context);
    }

    private async Task PublishManyAsync(HttpContext context, Publication publication)
    {
        // Before the body, as daprd does.
        publication.ReadIsRaw();
        using RequestBody body = await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw Unreadable(publication, "stream too large");
        List<BulkEntry> entries;
        try
        {
            entries = BulkEntry.Read(body.Span);
        }
        catch (JsonException problem)
        {
            throw Unreadable(publication, problem is BulkEntryException ? problem.Message : GoSyntax.Describe(body.Span));
        }

        await publication.PublishAsync(Events(publication, body.Memory, entries), body.Memory.Length + (entries.Count * 256));
        Answer.Empty(context);
    }

    private IEnumerable<BulkEvent> Events(Publication publication, ReadOnlyMemory<byte> body, List<BulkEntry> entries)
    {
        foreach (BulkEntry entry in entries)
        {
            ReadOnlyMemory<byte> data = entry.Data(body.Span, out string? problem);
            yield return problem is null
                ? new BulkEvent(entry.EntryId, entry.ContentType, entry.Metadata, data)
                : throw new FailureException(PubSubFailures.EntryData(publication.PubSub, publication.Topic, sidecar.App.Id, problem));
        }
    }

    private FailureException Unreadable(Publication publication, string problem) =>
        new(PubSubFailures.UnreadableEntries(publication.PubSub, publication.Topic, sidecar.App.Id, problem));
}
