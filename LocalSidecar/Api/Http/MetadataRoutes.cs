using System.Globalization;
using System.Text;
using LocalSidecar.CommandLine;
using LocalSidecar.Json;
using LocalSidecar.Metadata;
using LocalSidecar.Resources;

namespace LocalSidecar.Api.Http;

/// <summary>The metadata API of one sidecar over HTTP.</summary>
internal sealed class MetadataRoutes(Sidecar sidecar)
{
    /// <summary>Answers, or returns null when the path or verb is not of this API.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="method">Its verb.</param>
    /// <param name="rest">What stands in the path behind <c>metadata/</c>.</param>
    public Task? Route(HttpContext context, string method, ReadOnlySpan<char> rest)
    {
        if (HttpMethods.IsGet(method) && rest.IsEmpty)
        {
            return GetAsync(context);
        }

        return HttpMethods.IsPut(method) && !rest.IsEmpty && !rest.Contains('/') ? PutAsync(context, RequestTarget.Decode(rest)) : null;
    }

    private async Task PutAsync(HttpContext context, string name)
    {
        using RequestBody body = await RequestBody.ReadAsync(context, sidecar.Settings.MaxBodySize)
            ?? throw new ApiException(ApiError.Malformed("stream too large"));
        sidecar.Metadata.Set(name, Encoding.UTF8.GetString(body.Span));
        Answer.Empty(context);
    }

    private async Task GetAsync(HttpContext context)
    {
        SidecarMetadata metadata = sidecar.Metadata;
        var output = new ByteBuffer(4096);
        output.Write("{\"id\":"u8);
        GoString.Write(output, metadata.Id);
        output.Write(",\"runtimeVersion\":"u8);
        GoString.Write(output, SidecarMetadata.RuntimeVersion);
        WriteComponents(output);
        output.Write(",\"extended\":"u8);
        GoMap.Write(output, metadata.Extended());
        WriteSubscriptions(output);
        if (metadata.Connection is { } app)
        {
            string protocol = app.Protocol == AppProtocol.Grpc ? "grpc" : "http";
            output.WriteText(string.Create(
                CultureInfo.InvariantCulture,
                $",\"appConnectionProperties\":{{\"port\":{app.Port},\"protocol\":\"{protocol}\",\"channelAddress\":"));
            GoString.Write(output, app.Address);
            if (app.MaxConcurrency is { } limit)
            {
                output.WriteText(string.Create(CultureInfo.InvariantCulture, $",\"maxConcurrency\":{limit}"));
            }

            if (app.HealthCheck is { } check)
            {
                output.WriteText($",\"health\":{{\"healthProbeInterval\":\"{GoDuration.Text(check.Interval)}\"");
                output.WriteText($",\"healthProbeTimeout\":\"{GoDuration.Text(check.Timeout)}\"");
                output.WriteText(string.Create(CultureInfo.InvariantCulture, $",\"healthThreshold\":{check.Threshold}}}"));
            }

            output.Write((byte)'}');
        }

        output.Write(",\"actorRuntime\":{\"runtimeStatus\":\"DISABLED\",\"hostReady\":false,\"placement\":\"placement: disconnected\"}"u8);
        WriteList(output, "resiliencies", metadata.Resiliencies, static (output, resiliency) =>
        {
            output.Write("{\"name\":"u8);
            GoString.Write(output, resiliency.Name);
            output.Write((byte)'}');
        });
        output.Write("}\n"u8);
        await Answer.SendAsync(context, 200, output.WrittenMemory);
    }

    private void WriteComponents(ByteBuffer output) =>
        WriteList(output, "components", sidecar.Metadata.Components, static (output, component) =>
        {
            output.Write("{\"name\":"u8);
            GoString.Write(output, component.Name);
            output.Write(",\"type\":"u8);
            GoString.Write(output, component.Type);
            output.Write(",\"version\":"u8);
            GoString.Write(output, component.Version);
            WriteList(
                output, "capabilities", SidecarMetadata.CapabilitiesOf(component), static (output, word) => GoString.Write(output, word));
            output.Write((byte)'}');
        });

    private void WriteSubscriptions(ByteBuffer output) =>
        WriteList(output, "subscriptions", sidecar.Metadata.Subscriptions, static (output, subscription) =>
        {
            output.Write("{\"pubsubname\":"u8);
            GoString.Write(output, subscription.PubSub);
            output.Write(",\"topic\":"u8);
            GoString.Write(output, subscription.Topic);
            if (subscription.Metadata.Count > 0)
            {
                output.Write(",\"metadata\":"u8);
                GoMap.Write(output, subscription.Metadata);
            }

            WriteList(output, "rules", subscription.Rules, static (output, rule) =>
            {
                output.Write((byte)'{');
                if (rule.Match.Length > 0)
                {
                    output.Write("\"match\":"u8);
                    GoString.Write(output, rule.Match);
                    output.Write(rule.Path.Length > 0 ? ","u8 : default);
                }

                if (rule.Path.Length > 0)
                {
                    output.Write("\"path\":"u8);
                    GoString.Write(output, rule.Path);
                }

                output.Write((byte)'}');
            });
            output.Write(",\"deadLetterTopic\":"u8);
            GoString.Write(output, subscription.DeadLetterTopic);
            output.Write(subscription.Kind switch
            {
                SubscriptionKind.Declarative => ",\"type\":\"DECLARATIVE\"}"u8,
                SubscriptionKind.Programmatic => ",\"type\":\"PROGRAMMATIC\"}"u8,
                SubscriptionKind.Streaming => ",\"type\":\"STREAMING\"}"u8,
            });
        });

    /// <summary>A member that is left out when it would be empty.</summary>
    private static void WriteList<T>(ByteBuffer output, string name, IReadOnlyList<T> items, Action<ByteBuffer, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        output.Write((byte)',');
        GoString.Write(output, name);
        output.Write(":["u8);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                output.Write((byte)',');
            }

            write(output, items[i]);
        }

        output.Write((byte)']');
    }
}
