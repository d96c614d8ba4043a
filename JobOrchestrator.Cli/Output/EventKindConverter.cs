using System.Text.Json;
using System.Text.Json.Serialization;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Kinds of events as the orchestrator writes them: <c>completed</c>.</summary>
internal sealed class EventKindConverter() : JsonStringEnumConverter<JobEventKind>(JsonNamingPolicy.CamelCase);
