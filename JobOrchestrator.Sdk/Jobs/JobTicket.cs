namespace JobOrchestrator.Sdk;

/// <summary>What stands for an API key for some hours.</summary>
/// <param name="Ticket">To be sent as <c>Authorization: Bearer</c>.</param>
/// <param name="Expires">When it is no longer taken (UTC).</param>
public sealed record JobTicket(string Ticket, DateTimeOffset Expires);
