from eightbyeight import Client, Recipient
from eightbyeight_generated.models import SmsRequest


def send(client: Client) -> None:
    client.sms.send(Recipient("+6591234567"), "Hi", source="ACME")
    print(SmsRequest(destination="+6591234567"))
