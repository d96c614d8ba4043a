using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace Sidecar.Conformance.Calls;

/// <summary>A call that has come.</summary>
internal sealed class IncomingCall(HttpContext context)
{
    public HttpContext Context => context;

    public string Method => context.Request.Path.Value!;

    public CancellationToken Aborted => context.RequestAborted;

    public ImmutableSortedDictionary<string, string[]> Metadata { get; } = context.Request.Headers
        .ToImmutableSortedDictionary(
            header => header.Key.ToLowerInvariant(), header => header.Value.Select(value => value!).ToArray(), StringComparer.Ordinal);

    /// <summary>Waits; less, when the caller goes away.</summary>
    public async Task DelayAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, Aborted);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }

    public Task<byte[]?> ReadAsync() => Frames.ReadAsync(context.Request.Body, Aborted);

    /// <summary>Adds a header before the first message, or before <see cref="StartAsync"/>.</summary>
    public void Header(string name, params string[] values) => context.Response.Headers[name] = values;

    /// <summary>Sends the headers.</summary>
    public async Task StartAsync()
    {
        context.Response.ContentType ??= "application/grpc";
        await context.Response.StartAsync(Aborted);
        await context.Response.Body.FlushAsync(Aborted);
    }

    public async Task WriteAsync(byte[] message)
    {
        context.Response.ContentType ??= "application/grpc";
        await context.Response.Body.WriteAsync(Frames.Frame(message), Aborted);
        await context.Response.Body.FlushAsync(Aborted);
    }

    /// <summary>Ends the call: by trailers, or by headers alone where nothing has been sent yet.</summary>
    public void End(int code, string message = "", JsonArray? details = null, JsonObject? trailers = null)
    {
        context.Response.ContentType ??= "application/grpc";
        IHeaderDictionary ending = context.Response.HasStarted
            ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : context.Response.Headers;
        ending["grpc-status"] = code.ToString(CultureInfo.InvariantCulture);
        if (message.Length > 0)
        {
            ending["grpc-message"] = Uri.EscapeDataString(message);
        }

        if (StatusDetails.ToHeader(code, message, details) is { } bytes)
        {
            ending["grpc-status-details-bin"] = bytes;
        }

        foreach ((string name, JsonNode? value) in trailers ?? [])
        {
            ending[name] = value!.GetValue<string>();
        }
    }
}
