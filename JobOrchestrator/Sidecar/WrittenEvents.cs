using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using JobOrchestrator.Shards;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// Publishes CloudEvents whose JSON exists already, as it is, several in one request, by Dapr's generated client: <c>DaprClient</c> would
/// have each written once more, and copy it twice.
/// </summary>
/// <param name="channel">The channel to the sidecar; disposed of with this.</param>
/// <param name="apiToken">What the sidecar wants to be shown; null or empty: nothing.</param>
internal sealed class WrittenEvents(GrpcChannel channel, string? apiToken) : IDisposable
{
    private const string ContentType = "application/cloudevents+json";

    // A sidecar that is frozen must not stop publishing for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Autogen.Dapr.DaprClient _sidecar = new(channel);
    private readonly Metadata _headers = SidecarChannel.Headers(apiToken);
    private volatile bool _isOld; // the sidecar knows the call by its first name only

    /// <summary>Publishes to one topic, in no order; returns the places of those that the broker did not take, with reasons.</summary>
    /// <param name="pubsubName">The component.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="events">Each as JSON in UTF-8, which nobody changes any more.</param>
    /// <param name="limit">How long it may take; null: 30 s.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="CallException">Nothing went out, or it is not known what did.</exception>
    public async Task<IReadOnlyList<(int Place, string Reason)>> PublishAsync(
        string pubsubName,
        string topic,
        IEnumerable<ReadOnlyMemory<byte>> events,
        TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        var request = new Autogen.BulkPublishRequest { PubsubName = pubsubName, Topic = topic };
        foreach ((int place, ReadOnlyMemory<byte> json) in events.Index())
        {
            request.Entries.Add(new Autogen.BulkPublishRequestEntry
            {
                EntryId = place.ToString(CultureInfo.InvariantCulture),
                Event = UnsafeByteOperations.UnsafeWrap(json),
                ContentType = ContentType,
            });
        }

        Autogen.BulkPublishResponse response = await SidecarCall.WithinAsync(
            limit ?? Patience,
            token => SendAsync(request, new CallOptions(_headers, cancellationToken: token)),
            exception => SidecarFailure.OfPublish(exception, request.Entries.Count),
            cancellationToken);
        return response.FailedEntries.Count == 0 ? [] :
            [.. response.FailedEntries.Select(failed => (PlaceOf(failed, request), failed.Error))];
    }

    public void Dispose() => channel.Dispose();

    private static int PlaceOf(Autogen.BulkPublishResponseFailedEntry failed, Autogen.BulkPublishRequest request) =>
        int.TryParse(failed.EntryId, NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place < request.Entries.Count
            ? place
            : throw new UnclearException($"The sidecar names an event '{failed.EntryId}' that was not published.");

    /// <summary>By the name that the sidecar knows; one that is replaced by an older or a newer one is asked by the other then.</summary>
    private async Task<Autogen.BulkPublishResponse> SendAsync(Autogen.BulkPublishRequest request, CallOptions options)
    {
        bool isOld = _isOld;
        try
        {
            return await SendAsync(request, options, isOld);
        }
        catch (RpcException exception) when (IsUnknownMethod(exception))
        {
            return await SendByOtherNameAsync(request, options, !isOld);
        }
    }

    private async Task<Autogen.BulkPublishResponse> SendByOtherNameAsync(
        Autogen.BulkPublishRequest request, CallOptions options, bool isOld)
    {
        try
        {
            Autogen.BulkPublishResponse response = await SendAsync(request, options, isOld);
            _isOld = isOld;
            return response;
        }
        catch (RpcException exception) when (IsUnknownMethod(exception))
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, $"The sidecar has no bulk publish. {exception.Status.Detail}"));
        }
    }

#pragma warning disable CS0612 // Its first name is obsolete, and all that older sidecars know.
    private async Task<Autogen.BulkPublishResponse> SendAsync(Autogen.BulkPublishRequest request, CallOptions options, bool isOld) =>
        isOld ? await _sidecar.BulkPublishEventAlpha1Async(request, options) : await _sidecar.BulkPublishEventAsync(request, options);
#pragma warning restore CS0612

    /// <summary>A method that <c>daprd</c> has not it takes for a call of another service, whose name is missing.</summary>
    private static bool IsUnknownMethod(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unimplemented => true,
        StatusCode.Unknown => exception.Status.Detail.Contains("dapr-callee-app-id", StringComparison.Ordinal),
        _ => false,
    };
}
