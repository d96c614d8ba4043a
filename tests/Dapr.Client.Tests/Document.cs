namespace Dapr.Client.Tests;

internal sealed record Document(int Count, string? Name = null);
