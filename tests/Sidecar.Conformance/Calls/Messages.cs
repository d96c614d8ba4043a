using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Sidecar.Conformance.Calls;

/// <summary>Between protobuf JSON as the recordings have it and bytes, by the descriptors of Dapr.Protos.</summary>
internal static partial class Messages
{
    // Longer ones, all of one letter, the recordings have as "<N bytes 'x'>".
    private const int Long = 65_536;

    private static readonly Dictionary<string, MethodDescriptor> Methods =
        ((FileDescriptor[])[DaprReflection.Descriptor, AppcallbackReflection.Descriptor])
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods.Select(method => KeyValuePair.Create($"/{service.FullName}/{method.Name}", method)))
            .ToDictionary();

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);

    /// <summary>Whether answers of this method can be read.</summary>
    public static bool Knows(string method) => Methods.ContainsKey(method) || IsEcho(method);

    public static byte[] Request(string method, JsonNode? json) => ToBytes(method, json, one => one.InputType);

    public static byte[] Response(string method, JsonNode? json) => ToBytes(method, json, one => one.OutputType);

    public static JsonNode RequestJson(string method, byte[] message) => ToJson(method, message, one => one.InputType);

    public static JsonNode ResponseJson(string method, byte[] message) => ToJson(method, message, one => one.OutputType);

    /// <summary>The text, or what a note like <c>&lt;5242880 bytes 'x'&gt;</c> stands for.</summary>
    public static string Expand(string text) =>
        Repeated().Match(text) is { Success: true } match
            ? new string(match.Groups["letter"].Value[0], int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture))
            : text;

    private static byte[] ToBytes(string method, JsonNode? json, Func<MethodDescriptor, MessageDescriptor> type)
    {
        if (json is JsonValue text)
        {
            return new StringValue { Value = Expand(text.GetValue<string>()) }.ToByteArray();
        }

        if (!Methods.TryGetValue(method, out MethodDescriptor? descriptor))
        {
            // Of reflection one request is recorded, of other strangers an empty one.
            string? asked = json?["listServices"]?.GetValue<string>();
            return asked is null ? [] : [0x3A, (byte)asked.Length, .. asked.Select(letter => (byte)letter)];
        }

        JsonNode plain = ExpandBytes(json?.DeepClone() ?? new JsonObject());
        JsonNode? any = Holder(plain, type(descriptor))?["data"];
        (any?.Parent as JsonObject)?.Remove("data");
        IMessage message = Parser.Parse(plain.ToJsonString(), type(descriptor));
        if (any is not null)
        {
            SetAny(message, new Any
            {
                TypeUrl = any["typeUrl"]!.GetValue<string>(),
                Value = ByteString.FromBase64(any["value"]!.GetValue<string>()),
            });
        }

        return message.ToByteArray();
    }

    private static JsonNode ToJson(string method, byte[] bytes, Func<MethodDescriptor, MessageDescriptor> type)
    {
        if (IsEcho(method))
        {
            return Collapse(JsonValue.Create(StringValue.Parser.ParseFrom(bytes).Value));
        }

        MessageDescriptor descriptor = type(Methods[method]);
        IMessage message = descriptor.Parser.ParseFrom(bytes);
        Any? any = SetAny(message, null);
        JsonObject json = JsonNode.Parse(Formatter.Format(message))!.AsObject();
        if (any is not null)
        {
            Holder(json, descriptor)!["data"] = new JsonObject { ["typeUrl"] = any.TypeUrl, ["value"] = any.Value.ToBase64() };
        }

        return Collapse(json);
    }

    private static bool IsEcho(string method) => method.StartsWith("/echo.Echo/", StringComparison.Ordinal);

    /// <summary>
    /// The object that holds the <c>Any</c> of service invocation, whose type is usually empty and which protobuf JSON has no
    /// way to write.
    /// </summary>
    private static JsonObject? Holder(JsonNode json, MessageDescriptor type) =>
        type == InvokeServiceRequest.Descriptor ? json["message"] as JsonObject
        : type == InvokeRequest.Descriptor || type == InvokeResponse.Descriptor ? json as JsonObject
        : null;

    /// <summary>Puts another <c>Any</c> in the place of the one that was there, which it returns.</summary>
    private static Any? SetAny(IMessage message, Any? any)
    {
        switch (message)
        {
            case InvokeServiceRequest { Message: { } inner }:
                return SetAny(inner, any);
            case InvokeRequest request:
                (any, request.Data) = (request.Data, any);
                return any;
            case InvokeResponse response:
                (any, response.Data) = (response.Data, any);
                return any;
            default:
                return null;
        }
    }

    private static JsonNode ExpandBytes(JsonNode node) => Map(node, text =>
    {
        string expanded = Expand(text);
        return expanded == text ? text : Convert.ToBase64String([.. expanded.Select(letter => (byte)letter)]);
    });

    private static JsonNode Collapse(JsonNode node) => Map(node, text =>
    {
        if (text.Length < Long)
        {
            return text;
        }

        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int count))
        {
            (bytes, count) = ([.. text.Select(letter => (byte)letter)], text.Length);
        }

        return bytes.AsSpan(0, count).ContainsAnyExcept(bytes[0]) ? text : $"<{count} bytes '{(char)bytes[0]}'>";
    });

    private static JsonNode Map(JsonNode node, Func<string, string> change)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members
                    .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Map(member.Value, change))));
            case JsonArray elements:
                return new JsonArray([.. elements.Select(element => element is null ? null : Map(element, change))]);
            case JsonValue value when value.TryGetValue(out string? text):
                return JsonValue.Create(change(text));
            default:
                return node.DeepClone();
        }
    }

    [GeneratedRegex("^<(?<count>\\d+) bytes '(?<letter>.)'>$")]
    private static partial Regex Repeated();
}
