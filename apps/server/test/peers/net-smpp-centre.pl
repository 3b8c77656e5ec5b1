# A message centre made with Net::SMPP, a library that is not ours: takes a bind and messages, sends a
# receipt for each and one text of a customer. Says what it took, one line each.
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my $port = $ARGV[0];
my $listener = Net::SMPP->new_listen('127.0.0.1', port => $port, async => 1) or die "no port";
print "listening\n";
my $session = $listener->accept or die "no bind";
my $taken = 0;
while (my $pdu = $session->read_pdu()) {
  if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
    print "bind $pdu->{system_id} $pdu->{password}\n";
    $session->bind_transceiver_resp(seq => $pdu->{seq}, status => 0, system_id => 'NETSMPP');
  } elsif ($pdu->{cmd} == Net::SMPP::CMD_submit_sm) {
    $taken += 1;
    my $id = sprintf('%08d', 4000 + $taken);
    print "took $pdu->{source_addr} $pdu->{destination_addr} $pdu->{data_coding} "
      . "$pdu->{registered_delivery} " . unpack('H*', $pdu->{short_message}) . "\n";
    $session->submit_sm_resp(seq => $pdu->{seq}, status => 0, message_id => $id);
    next unless $pdu->{registered_delivery};
    $session->deliver_sm(
      source_addr => $pdu->{destination_addr}, source_addr_ton => 1, source_addr_npi => 1,
      destination_addr => '22345', esm_class => 4, async => 1,
      short_message => "id:$id sub:001 dlvrd:001 submit date:2611300900 done date:2611300901 "
        . "stat:DELIVRD err:000 text:x",
    );
    $session->deliver_sm(
      source_addr => '254722000101', source_addr_ton => 1, source_addr_npi => 1,
      destination_addr => '22345', esm_class => 0, async => 1, short_message => 'BAL 04229889888',
    );
  } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
    print "enquired\n";
    $session->enquire_link_resp(seq => $pdu->{seq}, status => 0);
  } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
    print "unbound\n";
    $session->unbind_resp(seq => $pdu->{seq}, status => 0);
    last;
  } elsif ($pdu->{cmd} & 0x80000000) {
    print "answered $pdu->{status}\n";
  }
}
