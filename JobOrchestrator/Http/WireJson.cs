using System.Text.Json.Serialization;

namespace JobOrchestrator.Http;

/// <summary>The few values that are serialised and not written by hand.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class WireJson : JsonSerializerContext;
