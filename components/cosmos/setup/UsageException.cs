namespace CosmosSetup;

/// <summary>The program was asked in a way that it does not understand; the message says in which.</summary>
internal sealed class UsageException(string message) : Exception(message);
