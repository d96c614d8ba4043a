namespace JobOrchestrator.Sdk;

/// <summary>
/// What <see cref="JobOperations"/> does, for those who look after jobs and are to be tested without an orchestrator.
/// <c>AddJobClient()</c> registers both. It grows with <see cref="JobOperations"/>.
/// </summary>
public partial interface IJobOperations;
