namespace CosmosSetup;

/// <summary>Something that stops the program; the message is the one sentence that people see.</summary>
internal sealed class SetupException(string message) : Exception(message);
