using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Sidecar.Conformance.Calls;

/// <summary>The details of a failure, between protobuf JSON and <c>grpc-status-details-bin</c>.</summary>
internal static class StatusDetails
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor, StatusReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(new JsonFormatter.Settings(formatDefaultValues: false, Types));
    private static readonly JsonParser Parser = new(new JsonParser.Settings(JsonParser.Settings.Default.RecursionLimit, Types));

    public static JsonArray ToJson(Google.Rpc.Status status) =>
        new([.. status.Details.Select(detail => JsonNode.Parse(Formatter.Format(detail)))]);

    /// <summary>The header's value; null without details.</summary>
    public static string? ToHeader(int code, string message, JsonArray? details)
    {
        if (details is null)
        {
            return null;
        }

        Google.Rpc.Status status = new() { Code = code, Message = message };
        status.Details.AddRange(details.Select(detail => Parser.Parse<Any>(detail!.ToJsonString())));
        return Convert.ToBase64String(status.ToByteArray());
    }
}
