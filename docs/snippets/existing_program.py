"""What changes in a program that talks to Scale: the key and the address."""

import scaleapi

client = scaleapi.ScaleClient(
    "live_0123456789abcdef0123456789abcdef01234567",
    api_instance_url="https://labelwright.example.org/v1",
)
print(client)
