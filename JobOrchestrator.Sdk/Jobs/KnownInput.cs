namespace JobOrchestrator.Sdk;

/// <summary>What a registered processor takes: jobs for such inputs go by its definition.</summary>
/// <param name="Input">The input's type.</param>
/// <param name="Definition">The type's name and how such jobs are run.</param>
internal sealed record KnownInput(Type Input, JobDefinition Definition);
